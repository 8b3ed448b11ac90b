/**
 * What is live in a cluster: nodes and namespaces as they are watched, pods as they are asked for, and the Secret that
 * holds our certificates.
 */
package io.probeguard.cluster;

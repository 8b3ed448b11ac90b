/**
 * What a node itself says of its container runtimes: its package databases, the Docker Engine, and the runtimes' own
 * versions. Changes nothing there, and knows nothing of the Kubernetes API.
 */
package io.probeguard.host;

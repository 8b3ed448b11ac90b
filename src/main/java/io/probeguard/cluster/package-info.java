/** What is live: watched nodes and namespaces, symptoms in Events, the certificate Secret, and who leads. */
package io.probeguard.cluster;

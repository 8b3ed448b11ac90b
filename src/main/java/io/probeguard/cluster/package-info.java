/** What is live: watched nodes and namespaces, symptoms in Events, the certificate Secret, and who leads. */
@NullMarked
package io.probeguard.cluster;

import org.jspecify.annotations.NullMarked;

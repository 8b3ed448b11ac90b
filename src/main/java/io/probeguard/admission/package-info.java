/** The admission webhooks: AdmissionReview v1 and v1beta1, JSON Patch, and the endpoints. */
@NullMarked
package io.probeguard.admission;

import org.jspecify.annotations.NullMarked;

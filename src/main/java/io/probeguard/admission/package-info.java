/** The admission webhooks: AdmissionReview v1 and v1beta1, JSON Patch, and the endpoints. */
package io.probeguard.admission;

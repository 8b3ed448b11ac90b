/**
 * The admission webhooks: AdmissionReview v1 and v1beta1, JSON Patch, and the two endpoints. Knows nothing of how nodes
 * are learnt.
 */
package io.probeguard.admission;

/** What admins get to see of the judgements. */
package io.probeguard.report;

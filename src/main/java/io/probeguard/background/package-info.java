/** The leader that reviews what runs and writes Events and policy reports. */
package io.probeguard.background;

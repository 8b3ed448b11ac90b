package io.probeguard.cli;

import io.probeguard.policy.Mode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

final class ModeConverter implements ITypeConverter<Mode> {
    @Override
    public Mode convert(String word) {
        try {
            return Mode.of(word);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}

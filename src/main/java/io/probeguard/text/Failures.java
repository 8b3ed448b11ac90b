package io.probeguard.text;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says what went wrong with a file in words, since Java's exceptions often say its name and no more. */
public final class Failures {
    /** Of a file name that Java cannot write in the encoding of the locale. */
    public static final String NO_FILE_NAME = "not a file name in this locale; try with LC_ALL=C.UTF-8";

    private Failures() {}

    /** What is wrong, without the file's name, which callers put in front. */
    public static String message(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            return "not a folder";
        }
        if (e instanceof FileSystemException broken && broken.getReason() != null) {
            return broken.getReason();
        }
        return e.getMessage();
    }
}

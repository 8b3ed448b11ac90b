package io.probeguard.text;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Describes in words why a file or program could not be used; Java's exceptions often say its name and no more. */
public final class Failures {
    /** Of a file name that Java cannot write in the encoding of the locale. */
    public static final String INVALID_FILE_NAME = "invalid file name in this locale; try LC_ALL=C.UTF-8";

    private Failures() {}

    /** What is wrong, without the file's name, which callers put in front. */
    public static String message(Exception e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            return "not a directory";
        }
        if (e instanceof FileSystemException failed && failed.getReason() != null) {
            return failed.getReason();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}

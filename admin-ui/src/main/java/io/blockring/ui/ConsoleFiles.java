package io.blockring.ui;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/** Names the files of the web console. */
public final class ConsoleFiles {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String CSS = "text/css; charset=utf-8";
  private static final String JS = "text/javascript; charset=utf-8";
  private static final String SVG = "image/svg+xml";

  private ConsoleFiles() {}

  /**
   * One file.
   *
   * @param name as its address ends
   */
  public record File(String name, String contentType) {

    public byte[] bytes() {
      try (InputStream in = ConsoleFiles.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IllegalStateException("the console's file " + name + " is not in its jar");
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException("the console's file " + name + " cannot be read", e);
      }
    }
  }

  /** All of them; {@code index.html} comes first. */
  public static List<File> all() {
    Stream<File> scripts =
        Stream.of(
                "api",
                "browse",
                "chart",
                "dialog",
                "dom",
                "format",
                "main",
                "nodes",
                "overview",
                "warmups")
            .map(name -> new File(name + ".js", JS));
    return Stream.concat(
            Stream.of(
                new File("index.html", HTML),
                new File("style.css", CSS),
                new File("icon.svg", SVG)),
            scripts)
        .toList();
  }
}

package io.blockring.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** {@code docs/reference/cachectl-mount.md} is what the commands say of themselves. */
class ReferencePageTest {
  private static final Path PAGE = Path.of("../docs/reference/cachectl-mount.md");
  private static final String INTRODUCTION =
      """
      # cachectl mount, cachectl umount

      Written by a test from the commands themselves:
      `./mvnw -pl cache-mount -am test -Dtest=ReferencePageTest -Dsurefire.failIfNoSpecifiedTests=false -Dreference=write`.

      What a mount promises: [../operate/mount.md](../operate/mount.md). Numbers they end with: as
      [cachectl](cachectl.md)'s other commands, and 72 where this machine does not permit FUSE.
      """;

  private static String expected() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    for (CommandLine command : Mount.commandLine().getSubcommands().values()) {
      page.append("\n## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```\n");
      page.append(command.getUsageMessage(Ansi.OFF)).append("```\n");
    }
    return page.toString();
  }

  @Test
  void the_reference_page_is_what_the_commands_say() throws IOException {
    if ("write".equals(System.getProperty("reference"))) {
      Files.writeString(PAGE, expected());
    }
    assertThat(Files.readString(PAGE)).isEqualTo(expected());
  }

  @Test
  void every_example_parses() {
    int examples = 0;
    for (CommandLine command : Mount.commandLine().getSubcommands().values()) {
      for (String line : command.getCommandSpec().usageMessage().footer()) {
        Mount.commandLine().parseArgs(line.strip().substring("cachectl ".length()).split(" +"));
        examples++;
      }
    }
    assertThat(examples).isGreaterThan(3);
  }
}

package io.blockring.cachectl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** {@code docs/reference/cachectl.md} is what the commands say of themselves. */
class ReferencePageTest {
  private static final Path PAGE = Path.of("../docs/reference/cachectl.md");
  private static final String INTRODUCTION =
      """
      # cachectl

      Written by a test from the commands themselves:
      `./mvnw -pl cachectl-cli -am test -Dtest=ReferencePageTest -Dsurefire.failIfNoSpecifiedTests=false -Dreference=write`.

      Tables round sizes (1 KiB = 1024 bytes); `-o json` prints the [admin API](admin-api.md)'s own answers with exact numbers:
      `ls` and `context list` one object a line, `warmup --wait` one document for each new state. Progress and errors go to standard error.

      Several addresses are tried in turn: the next when one cannot be reached; after something was sent, only for questions, never for
      orders. The configuration file:

      ```yaml
      current: prod
      contexts:
        prod:
          addresses: [gpu-01, gpu-02:7073]
      ```

      No command takes a secret: buckets' credentials belong to the nodes.

      ## Exit codes

      | code | meaning |
      |---|---|
      """;

  private static CommandLine everything() {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return Cachectl.commandLine(
        new Environment(Map.of(), nowhere, nowhere, nowhere, false, length -> {}));
  }

  private static void describe(StringBuilder page, CommandLine command) {
    page.append("\n## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```\n");
    page.append(command.getUsageMessage(Ansi.OFF)).append("```\n");
    command.getSubcommands().values().forEach(below -> describe(page, below));
  }

  private static String expected() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    for (ExitCode exitCode : ExitCode.values()) {
      page.append("| ").append(exitCode.code()).append(" | ").append(exitCode.meaning());
      page.append(" |\n");
    }
    describe(page, everything());
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
  void every_command_has_examples_that_begin_with_cachectl_and_parse() {
    checkExamples(everything());
  }

  private static void checkExamples(CommandLine command) {
    String[] footer = command.getCommandSpec().usageMessage().footer();
    assertThat(footer).as(command.getCommandName()).isNotEmpty();
    boolean hasExample = false;
    for (String line : footer) {
      if (line.startsWith("  cachectl ")) {
        String alone = line.strip().split(" [|#>]", 2)[0].strip();
        everything().parseArgs(alone.substring("cachectl ".length()).split(" +"));
        hasExample = true;
      }
    }
    assertThat(hasExample).as(command.getCommandName()).isTrue();
    command.getSubcommands().values().forEach(ReferencePageTest::checkExamples);
  }
}

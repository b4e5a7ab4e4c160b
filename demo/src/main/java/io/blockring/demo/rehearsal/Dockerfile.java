package io.blockring.demo.rehearsal;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Dockerfile cut into stages and instructions. Knows the forms that ours uses, no others. */
record Dockerfile(List<Stage> stages) {

  /**
   * One instruction.
   *
   * @param arguments everything after the word, lines joined
   */
  record Instruction(String word, String arguments) {
    /** The words of an exec form, like {@code ["a", "b"]}. */
    List<String> words() throws IOException {
      return List.of(new ObjectMapper().readValue(arguments, String[].class));
    }
  }

  /** What lies between one FROM and the next. */
  record Stage(String name, String base, List<Instruction> instructions) {
    List<Instruction> all(String word) {
      return instructions.stream().filter(each -> each.word().equals(word)).toList();
    }

    Instruction last(String word) {
      return all(word).getLast();
    }
  }

  static Dockerfile read(Path file) throws IOException {
    List<Stage> stages = new ArrayList<>();
    StringBuilder joined = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      boolean goesOn = text.endsWith("\\");
      joined.append(goesOn ? text.substring(0, text.length() - 1) : text);
      if (!goesOn) {
        add(stages, joined.toString());
        joined.setLength(0);
      }
    }
    return new Dockerfile(stages);
  }

  Stage stage(String name) throws IOException {
    return stages.stream()
        .filter(stage -> stage.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IOException("the Dockerfile has no stage " + name));
  }

  private static void add(List<Stage> stages, String text) throws IOException {
    String[] parts = text.split("\\s+", 2);
    if (parts[0].equals("FROM")) {
      String[] from = parts[1].split("\\s+", -1);
      if (from.length != 3) {
        throw new IOException("expected FROM image AS name: " + text);
      }
      stages.add(new Stage(from[2], from[0], new ArrayList<>()));
    } else if (stages.isEmpty()) {
      throw new IOException("before the first FROM: " + text);
    } else {
      stages.getLast().instructions().add(new Instruction(parts[0], parts[1]));
    }
  }
}

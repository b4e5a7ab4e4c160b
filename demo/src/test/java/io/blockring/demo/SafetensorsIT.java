package io.blockring.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsIT {
  private static final String READ_ALL =
      """
      import sys
      from safetensors import safe_open
      for path in sys.argv[1:]:
          with safe_open(path, "numpy") as file:
              names = list(file.keys())
              numbers = sum(file.get_tensor(name).size for name in names)
              print(len(names), numbers, file.metadata()["sample"])
      """;

  @Test
  void the_safetensors_library_reads_every_tensor(@TempDir Path directory) throws Exception {
    assumeTrue(
        run("import numpy, safetensors").status() == 0,
        "python3 with the packages safetensors and numpy is not installed");
    SampleFiles samples = new SampleFiles(1, 0.002);
    samples.writeTo(directory, _ -> {});
    Result result =
        run(
            READ_ALL,
            directory.resolve("sd/unet/diffusion_pytorch_model.safetensors").toString(),
            directory.resolve("sd/vae/diffusion_pytorch_model.safetensors").toString(),
            directory.resolve("sd/text_encoder/model.safetensors").toString(),
            directory.resolve("sd/safety_checker/model.safetensors").toString());
    assertThat(result.status()).as(result.output()).isZero();
    // As many tensors as the networks of Stable Diffusion 1.5 that have all of their layers here.
    assertThat(result.output())
        .containsPattern("(?m)^686 \\d+ sd/unet/\\S+ version 1 seed 1$")
        .containsPattern("(?m)^196 \\d+ sd/text_encoder/\\S+ version 1 seed 1$")
        .contains("sd/vae/", "sd/safety_checker/");
  }

  private record Result(int status, String output) {}

  private static Result run(String program, String... arguments)
      throws IOException, InterruptedException {
    String[] command = new String[3 + arguments.length];
    command[0] = "python3";
    command[1] = "-c";
    command[2] = program;
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    try {
      Process python = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Result(python.exitValue(), output);
    } catch (IOException e) {
      return new Result(127, e.toString());
    }
  }
}

package io.blockring.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostPressureTest {
  @TempDir private Path directory;

  @Test
  void the_scarcest_of_the_three_counts() throws IOException {
    write("cpu", "12.50");
    write("io", "61.03");
    write("memory", "0.00");
    assertThat(new HostPressure(directory, 60).percent()).isEqualTo(61);
    assertThat(new HostPressure(directory, 60).pauseMillis()).isEqualTo(3);
    assertThat(new HostPressure(directory, 22).pauseMillis()).isEqualTo(50);
    assertThat(new HostPressure(directory, 61).pauseMillis()).isZero();
    assertThat(new HostPressure(directory, 100).pauseMillis()).isZero();
  }

  @Test
  void a_kernel_without_figures_presses_nobody() throws Exception {
    HostPressure none = new HostPressure(directory.resolve("absent"), 1);
    assertThat(none.percent()).isZero();
    none.giveWay();
    assertThat(none.pausedMillis()).isZero();
    Files.writeString(directory.resolve("cpu"), "nonsense");
    assertThat(new HostPressure(directory, 1).pauseMillis()).isZero();
  }

  @Test
  void who_gives_way_goes_on_although_the_pressure_stays() throws Exception {
    write("cpu", "99.00");
    HostPressure pressure = new HostPressure(directory, 40);
    pressure.giveWay();
    assertThat(pressure.pausedMillis()).isEqualTo(99);
  }

  private void write(String file, String average) throws IOException {
    Files.writeString(
        directory.resolve(file),
        "some avg10="
            + average
            + " avg60=1.00 avg300=2.00 total=123\nfull avg10=100.00 avg60=0.00");
  }
}

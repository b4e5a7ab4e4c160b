package io.blockring.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** A node's meters and the page that shows them. Safe for many threads. */
public final class Metrics implements AutoCloseable {
  /** Of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Duration[] BOUNDS = {
    Duration.ofNanos(50_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** Micrometer holds what it reads by weak references only. */
  private final List<DoubleSupplier> sources = Collections.synchronizedList(new ArrayList<>());

  /** Takes the time of one event. */
  @FunctionalInterface
  public interface Latency {
    void record(long nanos);
  }

  /** Metrics of the process itself; rooms are added by the {@code *Meters} classes. */
  public Metrics() {
    registry.throwExceptionOnRegistrationFailure();
    ProcessMeters.bind(this);
  }

  /**
   * Shows a count that somebody else keeps.
   *
   * @param labels one value for each label of the meter
   */
  public void counter(NodeMeter meter, DoubleSupplier count, String... labels) {
    Tags tags = tags(meter, NodeMeter.Type.COUNTER, labels);
    sources.add(count);
    FunctionCounter.builder(meter.baseName(), count, DoubleSupplier::getAsDouble)
        .tags(tags)
        .description(meter.help())
        .register(registry);
  }

  /** Shows a value of now. */
  public void gauge(NodeMeter meter, DoubleSupplier value, String... labels) {
    Tags tags = tags(meter, NodeMeter.Type.GAUGE, labels);
    sources.add(value);
    Gauge.builder(meter.baseName(), value, DoubleSupplier::getAsDouble)
        .tags(tags)
        .description(meter.help())
        .register(registry);
  }

  /** Makes a histogram of durations. */
  public Latency histogram(NodeMeter meter, String... labels) {
    Timer timer =
        Timer.builder(meter.baseName())
            .tags(tags(meter, NodeMeter.Type.HISTOGRAM, labels))
            .description(meter.help())
            .serviceLevelObjectives(BOUNDS)
            .register(registry);
    return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  private static Tags tags(NodeMeter meter, NodeMeter.Type type, String... values) {
    if (meter.type() != type || meter.labels().size() != values.length) {
      throw new IllegalArgumentException(
          meter
              + " is a "
              + meter.type()
              + " with labels "
              + meter.labels()
              + ", not a "
              + type
              + " with "
              + values.length);
    }
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      tags.add(Tag.of(meter.labels().get(i), values[i]));
    }
    return Tags.of(tags);
  }

  /** All meters as text, see {@link #CONTENT_TYPE}. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}

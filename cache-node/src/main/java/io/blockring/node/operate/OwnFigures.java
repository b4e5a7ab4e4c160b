package io.blockring.node.operate;

import io.blockring.node.control.FiguresService;
import io.blockring.node.figures.Sample;
import io.blockring.node.figures.SampleHistory;
import io.blockring.node.figures.SampleWire;
import io.blockring.node.handoff.HandoffProgress;
import io.blockring.node.http.admin.ClusterStatus;
import io.blockring.node.http.admin.OperationException;
import io.blockring.wire.v1.Figures;
import io.blockring.wire.v1.Problem;
import io.blockring.wire.v1.Warmup;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** What this node tells others of itself. */
public final class OwnFigures implements FiguresService {
  private static final int WARMUPS_TOLD = 20;

  private final SampleHistory history;
  private final OwnProblems problems;
  private final Warmups warmups;
  private final Supplier<HandoffProgress> handoff;

  public OwnFigures(
      SampleHistory history,
      OwnProblems problems,
      Warmups warmups,
      Supplier<HandoffProgress> handoff) {
    this.handoff = handoff;
    this.history = history;
    this.problems = problems;
    this.warmups = warmups;
  }

  @Override
  public Figures figures(Duration window) {
    Figures.Builder figures = Figures.newBuilder();
    List<Sample> samples = history.last(window);
    long now = samples.getLast().atMillis();
    samples.forEach(sample -> figures.addSamples(SampleWire.wire(sample, now - sample.atMillis())));
    for (ClusterStatus.Problem problem : problems.now()) {
      figures.addProblems(
          Problem.newBuilder()
              .setAffectsReaders(problem.severity() == ClusterStatus.Health.READERS_AFFECTED)
              .setCode(problem.code())
              .setSubject(problem.subject())
              .setMessage(problem.message()));
    }
    warmups.all().stream()
        .limit(WARMUPS_TOLD)
        .forEach(warmup -> figures.addWarmups(WarmupWire.wire(warmup)));
    return figures.setHandoff(HandoffWire.wire(handoff.get())).build();
  }

  @Override
  public Warmup cancelWarmup(String id) {
    try {
      return WarmupWire.wire(warmups.cancel(id));
    } catch (OperationException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}

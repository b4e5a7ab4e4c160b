package io.blockring.warmup.wrong;

import io.blockring.demo.SampleFiles;

/** Breaks on purpose: the product needs nothing of the harness. */
public record WarmupThatNeedsTheDemo(SampleFiles samples) {}

package io.blockring.cachectl.wrong;

import io.blockring.client.Namespace;

/** Breaks an arrow on purpose: the command line speaks to the admin API only. */
public record CommandThatNeedsTheClient(Namespace namespace) {}

package io.blockring.chaos;

/**
 * What a scenario does to the stage, and undoes, once in each round.
 *
 * @param heal after it the scenario waits for the stage to recover
 */
record Fault(Step inject, Step heal) {
  /** One of them. */
  interface Step {
    void run() throws Exception;
  }
}

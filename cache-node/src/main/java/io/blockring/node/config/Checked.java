package io.blockring.node.config;

import java.util.List;

/** A section whose settings must fit each other. */
interface Checked {

  /** One sentence for each rule that is broken, naming keys, values and limits; empty if none. */
  List<String> problems();
}

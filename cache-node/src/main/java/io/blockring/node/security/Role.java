package io.blockring.node.security;

/** What a key may do at the admin port. At the S3 port every role reads, as far as its paths go. */
public enum Role {
  /** Looks: status, listings, objects, metrics. */
  READER,
  /** Changes the cluster as well. */
  OPERATOR
}

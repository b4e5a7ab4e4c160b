package io.blockring.demo;

import io.blockring.demo.OriginRequest.Operation;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a bucket was asked for, exactly, up to one moment.
 *
 * @param requests how many whose head arrived, refused ones too
 * @param bodyBytes of response bodies, counted just before the reader's socket gets them
 */
public record OriginTraffic(Map<Operation, Long> requests, Map<Operation, Long> bodyBytes) {

  public OriginTraffic {
    requests = Map.copyOf(requests);
    bodyBytes = Map.copyOf(bodyBytes);
  }

  public long requests(Operation operation) {
    return requests.getOrDefault(operation, 0L);
  }

  public long bytes(Operation operation) {
    return bodyBytes.getOrDefault(operation, 0L);
  }

  /** Requests of every kind. */
  public long allRequests() {
    return requests.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Body bytes of answers of every kind. */
  public long allBytes() {
    return bodyBytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What was asked between an earlier moment and this one. */
  public OriginTraffic since(OriginTraffic earlier) {
    Map<Operation, Long> newRequests = new EnumMap<>(Operation.class);
    Map<Operation, Long> newBytes = new EnumMap<>(Operation.class);
    for (Operation operation : Operation.values()) {
      newRequests.put(operation, requests(operation) - earlier.requests(operation));
      newBytes.put(operation, bytes(operation) - earlier.bytes(operation));
    }
    return new OriginTraffic(newRequests, newBytes);
  }
}

package io.blockring.node.http.admin;

import io.blockring.ring.RingMember;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A change of the members that somebody thinks about.
 *
 * @param added not members yet
 * @param weights new ones, by the id of a member
 */
public record RingChange(
    List<RingMember> added, Set<String> removed, Map<String, Integer> weights) {

  /** That of one member's weight. */
  public static RingChange ofWeight(String id, int weight) {
    return new RingChange(List.of(), Set.of(), Map.of(id, weight));
  }

  /** That one member leaves. */
  public static RingChange ofRemoval(String id) {
    return new RingChange(List.of(), Set.of(id), Map.of());
  }

  /** Of parameters that are lists with commas: neither ids nor numbers have any. */
  static RingChange of(Call call) throws ApiException {
    List<RingMember> added = new ArrayList<>();
    for (String item : items(call, "add")) {
      added.add(member(item));
    }
    Map<String, Integer> weights = new LinkedHashMap<>();
    for (String item : items(call, "weight")) {
      int equals = item.indexOf('=');
      if (equals < 1) {
        throw bad("weight", item, "ID=WEIGHT");
      }
      weights.put(
          item.substring(0, equals), weight("weight", item, "ID=", item.substring(equals + 1)));
    }
    return new RingChange(added, new LinkedHashSet<>(items(call, "remove")), weights);
  }

  private static RingMember member(String item) throws ApiException {
    String[] parts = item.split(":", 3);
    if (parts.length < 2 || parts[0].isEmpty()) {
      throw bad("add", item, "ID:WEIGHT or ID:WEIGHT:ZONE");
    }
    String zone = parts.length == 3 ? parts[2] : "";
    return new RingMember(parts[0], weight("add", item, "ID:", parts[1]), zone);
  }

  private static int weight(String parameter, String item, String form, String number)
      throws ApiException {
    try {
      int weight = Integer.parseInt(number);
      if (weight >= 0 && weight <= AdminLimits.MAX_WEIGHT) {
        return weight;
      }
    } catch (NumberFormatException e) {
      // Said below, like a number that is out of range.
    }
    throw bad(parameter, item, form + "a whole number from 0 to " + AdminLimits.MAX_WEIGHT);
  }

  private static ApiException bad(String parameter, String item, String form) {
    return ApiException.badInput("parameter " + parameter, item, form);
  }

  private static List<String> items(Call call, String parameter) {
    String list = call.parameter(parameter, "");
    return list.isEmpty() ? List.of() : Arrays.asList(list.split(",", -1));
  }
}

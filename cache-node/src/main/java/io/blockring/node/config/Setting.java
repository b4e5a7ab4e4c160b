package io.blockring.node.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a record component a setting. The component's name is the key, its type says how text is
 * read: {@code String}, {@code int}, {@code long}, {@code boolean}, {@code Duration}, {@code Path},
 * an enum, a type with a static {@code parse(String)}, a list of those, or another record (a
 * section), a list of records, a {@code Map<String, record>}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /** One or two sentences for the reference page: what it does, its unit, its limits. */
  String doc();

  /** The default, written as a person would. Sections and maps have none. */
  String value() default "";

  /** Whether the node refuses to start without it; such a setting has no default. */
  boolean isRequired() default false;
}

package io.blockring.demo;

import io.blockring.demo.SampleFile.Layout;
import io.blockring.demo.SampleFile.Recipe;
import io.blockring.demo.SampleFile.Stamp;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The readable files beside the tensors: small, and each says which sample it is. */
final class SampleConfigs {
  private static final int TOKENS = 49_408;
  private static final int MERGES = 48_894;

  private SampleConfigs() {}

  /** By path below {@code sd/}. */
  static Map<String, Recipe> all() {
    Map<String, Recipe> configs = new LinkedHashMap<>();
    configs.put("model_index.json", json(MODEL_INDEX));
    configs.put("scheduler/scheduler_config.json", json(SCHEDULER));
    configs.put("unet/config.json", json("\"_class_name\": \"UNet2DConditionModel\""));
    configs.put("vae/config.json", json("\"_class_name\": \"AutoencoderKL\""));
    configs.put("text_encoder/config.json", json("\"model_type\": \"clip_text_model\""));
    configs.put("safety_checker/config.json", json("\"model_type\": \"clip\""));
    configs.put("feature_extractor/preprocessor_config.json", json(PREPROCESSOR));
    configs.put("tokenizer/tokenizer_config.json", json(TOKENIZER));
    configs.put("tokenizer/special_tokens_map.json", json("\"eos_token\": \"<|endoftext|>\""));
    configs.put("tokenizer/vocab.json", text(SampleConfigs::vocabulary));
    configs.put("tokenizer/merges.txt", text(SampleConfigs::merges));
    return configs;
  }

  private static final String MODEL_INDEX =
      """
      "_class_name": "StableDiffusionPipeline",
        "_diffusers_version": "0.30.0",
        "feature_extractor": ["transformers", "CLIPImageProcessor"],
        "safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"],
        "scheduler": ["diffusers", "PNDMScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"]""";

  private static final String SCHEDULER =
      """
      "_class_name": "PNDMScheduler",
        "beta_end": 0.012,
        "beta_schedule": "scaled_linear",
        "beta_start": 0.00085,
        "num_train_timesteps": 1000,
        "skip_prk_steps": true""";

  private static final String PREPROCESSOR =
      """
      "crop_size": {"height": 224, "width": 224},
        "do_normalize": true,
        "size": {"shortest_edge": 224}""";

  private static final String TOKENIZER =
      """
      "add_prefix_space": false,
        "model_max_length": 77,
        "tokenizer_class": "CLIPTokenizer\"""";

  private static Recipe json(String members) {
    return text(stamp -> "{\n  \"sample\": \"" + stamp + "\",\n  " + members + "\n}\n");
  }

  private static Recipe text(Function<Stamp, String> content) {
    return stamp -> {
      byte[] bytes = content.apply(stamp).getBytes(StandardCharsets.US_ASCII);
      return new Layout(bytes, bytes.length);
    };
  }

  private static String vocabulary(Stamp stamp) {
    StringBuilder json = new StringBuilder("{\"" + stamp + "\": 0");
    for (int token = 1; token < TOKENS; token++) {
      json.append(", \"").append(word(stamp, token)).append("\": ").append(token);
    }
    return json.append("}\n").toString();
  }

  private static String merges(Stamp stamp) {
    StringBuilder lines = new StringBuilder("#version: 0.2 " + stamp + "\n");
    for (int line = 1; line <= MERGES; line++) {
      lines.append(word(stamp, 2 * line)).append(' ').append(word(stamp, 2 * line + 1));
      lines.append('\n');
    }
    return lines.toString();
  }

  /** Letters that differ between versions, then the number, so that no two are the same. */
  private static String word(Stamp stamp, int number) {
    long bits = stamp.key() + number * 0x9E3779B97F4A7C15L >>> 40;
    StringBuilder word = new StringBuilder();
    for (int letter = 0; letter < 4; letter++) {
      word.append((char) ('a' + bits % 26));
      bits /= 26;
    }
    return word.append(number).toString();
  }
}

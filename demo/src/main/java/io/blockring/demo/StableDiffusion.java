package io.blockring.demo;

import io.blockring.demo.Safetensors.Tensor;
import io.blockring.demo.Safetensors.Type;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of Stable Diffusion's four networks: their names and the way their shapes hang
 * together are those of the real model; only the width differs, which sets the file size.
 */
final class StableDiffusion {
  private static final int VOCABULARY = 49_408;
  private static final int TEXT_TOKENS = 77;

  private final Type type;
  private final List<Tensor> tensors = new ArrayList<>();

  private StableDiffusion(Type type) {
    this.type = type;
  }

  /** The denoiser: {@code width} channels at full resolution, 320 in the real one. */
  static List<Tensor> unet(int width, int textWidth) {
    StableDiffusion net = new StableDiffusion(Type.F16);
    int[] channels = {width, 2 * width, 4 * width, 4 * width};
    int time = 4 * width;
    net.layer("time_embedding.linear_1", time, width);
    net.layer("time_embedding.linear_2", time, time);
    net.layer("conv_in", width, 4, 3, 3);
    net.unetDown(channels, time, textWidth);
    net.resnet("mid_block.resnets.0", 4 * width, 4 * width, time);
    net.transformer("mid_block.attentions.0", 4 * width, textWidth);
    net.resnet("mid_block.resnets.1", 4 * width, 4 * width, time);
    net.unetUp(channels, time, textWidth);
    net.norm("conv_norm_out", width);
    net.layer("conv_out", 4, width, 3, 3);
    return net.tensors;
  }

  /** Between pixels and latents: {@code width} channels at full resolution, 128 in the real one. */
  static List<Tensor> vae(int width) {
    StableDiffusion net = new StableDiffusion(Type.F32);
    int[] channels = {width, 2 * width, 4 * width, 4 * width};
    net.layer("encoder.conv_in", width, 3, 3, 3);
    int from = width;
    for (int block = 0; block < 4; block++) {
      for (int i = 0; i < 2; i++) {
        net.resnet("encoder.down_blocks." + block + ".resnets." + i, from, channels[block], 0);
        from = channels[block];
      }
    }
    net.layer("encoder.conv_out", 8, from, 3, 3);
    net.layer("quant_conv", 8, 8, 1, 1);
    net.layer("post_quant_conv", 4, 4, 1, 1);
    net.layer("decoder.conv_in", from, 4, 3, 3);
    for (int block = 0; block < 4; block++) {
      for (int i = 0; i < 3; i++) {
        net.resnet("decoder.up_blocks." + block + ".resnets." + i, from, channels[3 - block], 0);
        from = channels[3 - block];
      }
    }
    net.layer("decoder.conv_out", 3, width, 3, 3);
    return net.tensors;
  }

  /** Prompt to embedding: {@code width} numbers a token, 768 in the real one. */
  static List<Tensor> textEncoder(int width) {
    StableDiffusion net = new StableDiffusion(Type.F16);
    net.weight("text_model.embeddings.token_embedding", VOCABULARY, width);
    net.weight("text_model.embeddings.position_embedding", TEXT_TOKENS, width);
    net.clipLayers("text_model.encoder.layers.", 12, width);
    net.norm("text_model.final_layer_norm", width);
    return net.tensors;
  }

  /** Image to verdict: {@code width} numbers a patch, 1024 in the real one. */
  static List<Tensor> safetyChecker(int width) {
    StableDiffusion net = new StableDiffusion(Type.F16);
    String vision = "vision_model.vision_model.";
    net.weight(vision + "embeddings.patch_embedding", width, 3, 14, 14);
    net.weight(vision + "embeddings.position_embedding", 257, width);
    net.clipLayers(vision + "encoder.layers.", 24, width);
    net.norm(vision + "post_layernorm", width);
    net.tensors.add(new Tensor("concept_embeds", net.type, 17, width));
    net.tensors.add(new Tensor("special_care_embeds", net.type, 3, width));
    net.tensors.add(new Tensor("position_ids", Type.I64, 1, 257));
    return net.tensors;
  }

  private void unetDown(int[] channels, int time, int textWidth) {
    int from = channels[0];
    for (int block = 0; block < 4; block++) {
      String name = "down_blocks." + block;
      for (int i = 0; i < 2; i++) {
        resnet(name + ".resnets." + i, from, channels[block], time);
        from = channels[block];
        if (block < 3) {
          transformer(name + ".attentions." + i, from, textWidth);
        }
      }
      if (block < 3) {
        layer(name + ".downsamplers.0.conv", from, from, 3, 3);
      }
    }
  }

  /** Each of the three resnets also takes what the matching step on the way down left. */
  private void unetUp(int[] channels, int time, int textWidth) {
    int from = channels[3];
    for (int block = 0; block < 4; block++) {
      String name = "up_blocks." + block;
      int to = channels[3 - block];
      int skipOfLast = channels[Math.max(0, 2 - block)];
      for (int i = 0; i < 3; i++) {
        resnet(name + ".resnets." + i, from + (i == 2 ? skipOfLast : to), to, time);
        from = to;
        if (block > 0) {
          transformer(name + ".attentions." + i, to, textWidth);
        }
      }
      if (block < 3) {
        layer(name + ".upsamplers.0.conv", to, to, 3, 3);
      }
    }
  }

  private void resnet(String name, int from, int to, int time) {
    norm(name + ".norm1", from);
    layer(name + ".conv1", to, from, 3, 3);
    if (time > 0) {
      layer(name + ".time_emb_proj", to, time);
    }
    norm(name + ".norm2", to);
    layer(name + ".conv2", to, to, 3, 3);
    if (from != to) {
      layer(name + ".conv_shortcut", to, from, 1, 1);
    }
  }

  private void transformer(String name, int width, int textWidth) {
    norm(name + ".norm", width);
    layer(name + ".proj_in", width, width, 1, 1);
    String block = name + ".transformer_blocks.0.";
    attention(block + "attn1", width, width);
    layer(block + "ff.net.0.proj", 8 * width, width);
    layer(block + "ff.net.2", width, 4 * width);
    attention(block + "attn2", width, textWidth);
    for (int i = 1; i <= 3; i++) {
      norm(block + "norm" + i, width);
    }
    layer(name + ".proj_out", width, width, 1, 1);
  }

  private void attention(String name, int width, int contextWidth) {
    weight(name + ".to_q", width, width);
    weight(name + ".to_k", width, contextWidth);
    weight(name + ".to_v", width, contextWidth);
    layer(name + ".to_out.0", width, width);
  }

  private void clipLayers(String prefix, int layers, int width) {
    for (int i = 0; i < layers; i++) {
      for (String part : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        layer(prefix + i + ".self_attn." + part, width, width);
      }
      norm(prefix + i + ".layer_norm1", width);
      layer(prefix + i + ".mlp.fc1", 4 * width, width);
      layer(prefix + i + ".mlp.fc2", width, 4 * width);
      norm(prefix + i + ".layer_norm2", width);
    }
  }

  private void norm(String name, int width) {
    layer(name, width);
  }

  private void layer(String name, int... shape) {
    weight(name, shape);
    tensors.add(new Tensor(name + ".bias", type, shape[0]));
  }

  private void weight(String name, int... shape) {
    tensors.add(new Tensor(name + ".weight", type, shape));
  }
}

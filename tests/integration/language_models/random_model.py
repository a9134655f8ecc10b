"""A model that knows nothing: the right files and shapes, random weights."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from condition_reports.grammar import frames
from condition_reports.shapes import Kind


def write_random_model(folder: Path) -> Path:
    """Write a small Llama with a byte-level tokenizer, as `save_pretrained` lays models out."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1_000,
        special_tokens=["<end>", "<pad>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([frame for kind in Kind for frame in frames(kind)], trainer)
    tokens = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<end>",  # noqa: S106 - a word of the model, no secret
        pad_token="<pad>",  # noqa: S106 - as above
    )
    tokens.save_pretrained(folder)
    torch.manual_seed(3)
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokens),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=4,
            eos_token_id=tokens.eos_token_id,
            pad_token_id=tokens.pad_token_id,
        )
    ).save_pretrained(folder)
    return folder

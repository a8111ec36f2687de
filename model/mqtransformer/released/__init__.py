"""The single-scale form: the network of the checkpoints published for arXiv 2205.14354 v4, written from a description of its
tensors and steps. Inference and export at batch one; see `network.py` for what that means."""

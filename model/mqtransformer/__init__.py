"""MQ-S: a scale-aware multi-query transformer for dense multi-task prediction (a reconstruction of arXiv 2205.14354)."""

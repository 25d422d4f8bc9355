from mcf.engine.strategies.fully_shard_strategy import FullyShardStrategy

__all__ = ["FullyShardStrategy"]

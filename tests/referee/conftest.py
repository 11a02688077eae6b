"""Only the tests are collected: what they import needs PyTorch, and says so once, where they skip."""

from pathlib import Path

collect_ignore = [path.name for path in Path(__file__).parent.glob("*.py") if not path.name.startswith("test_")]

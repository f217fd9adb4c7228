"""`python -m ravi.cli.lint`: ruff's rules and ruff's format, both looked at even when the first complains."""

import subprocess
import sys

COMMANDS = (["ruff", "check", "."], ["ruff", "format", "--check", "."])


def main() -> int:
    codes = [subprocess.run([sys.executable, "-m", *command], check=False).returncode for command in COMMANDS]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())

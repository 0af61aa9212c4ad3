"""Every sentence the bot says and every word it listens to, in plain Chinese, by dialogue."""

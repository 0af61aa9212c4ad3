"""A local WeChat platform and a phone; a process of its own that knows nothing of the product."""

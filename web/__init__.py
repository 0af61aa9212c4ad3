"""Pages and the JSON API: translation between people's browsers and the desks."""

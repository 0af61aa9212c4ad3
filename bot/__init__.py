"""WeChat: callback, inbox, routing, dialogues, API client, courier, SMS."""

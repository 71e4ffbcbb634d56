"""The example packets of this project, and the story that the demo plays with them."""

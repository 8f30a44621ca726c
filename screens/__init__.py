"""What the pages of every face share: how a figure is written, how a reader wants the screen. Without models."""

"""What each subcommand does, one function a module, called by `tetris_arcade.cli` with checked arguments."""

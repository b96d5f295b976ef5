"""The real-time game that people play: rules, handling and scoring, without a window or a clock."""

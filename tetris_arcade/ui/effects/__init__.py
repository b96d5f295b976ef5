"""What moves on a board for delight: bumps, dust, flying cells, heat, danger, confetti, a crossed record.

`BoardEffects` is told what happens on a board and how much time passes. Everything is computed from the age
of what happened, so that it looks the same at any frame rate, and from a seed, so that it can be tested.
`draw_effects` draws it; with reduced motion, `shown_effects` leaves all of it out.
"""

"""What hangs on whom: answers that the graph gives before anything has failed.

The problem: "what if this vendor is gone tomorrow?" is asked in every board, and answered from memory. The graph knows:
which services stand on a vendor and which fall with it (`dependents`), what alone can bring a promise down
(`single_points`), which failures together can (`failure_sets`), and how much of the money and of the promises hangs on
whom (`concentration`).

Limits: failures are whole; for how long is asked of the evidence (settlement), and how likely of the promises
(`ola.alignment`).
"""

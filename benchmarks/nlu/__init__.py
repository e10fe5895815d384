"""Understanding, measured: beside Rasa (`python -m benchmarks.nlu`), and what each threshold costs."""

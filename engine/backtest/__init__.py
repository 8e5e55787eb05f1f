"""Backtest: recorded history replayed under an edited definition, beside a control under the one in force."""

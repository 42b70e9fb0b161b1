"""The programmes that the ledger was made for, as data: each step a fact with its figures."""

from ledger.demo.harnosand import NUMBER, PEOPLE, PROGRAMME, people
from ledger.demo.play import Figures, Player, Step

__all__ = ["NUMBER", "PEOPLE", "PROGRAMME", "Figures", "Player", "Step", "people"]

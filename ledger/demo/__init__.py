"""The programmes that the ledger was made for, as data: each step a fact with its figures."""

from ledger.demo.harnosand import PEOPLE, PROGRAMME
from ledger.demo.play import Figures, Player, Step

__all__ = ["PEOPLE", "PROGRAMME", "Figures", "Player", "Step"]

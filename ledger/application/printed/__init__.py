"""Documents on paper: what an answer of the API looks like as tagged PDF (PDF/UA-1).

A document is made out of the same answer that the API gives, so that its figures are the same; its
layout is one template for all of them, to which texts are data and never markup.
"""

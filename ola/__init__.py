"""The chain between agreements: which service needs which, who answers for whom, and what follows when one fails."""

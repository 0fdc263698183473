"""Documents for people who have no terminal: PDF on paper, and XLSX for those who calculate on."""

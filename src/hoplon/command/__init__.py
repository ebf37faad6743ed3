"""Who may decide what, when: rules, doctrine, stock, decision times, warning of the public."""

print("hoplens")

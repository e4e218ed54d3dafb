"""What can stand where: words, sizes and lines of every slot, and the one ladder to infeasible."""
